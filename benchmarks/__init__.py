"""What a request costs: CPU of application and database apart, beside floors measured in the same run."""
