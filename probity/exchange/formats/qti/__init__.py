"""What the QTI formats share: reading, proving and writing of items and packages."""
