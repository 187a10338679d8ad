"""One's own certificates."""


def test_the_holder_sees_and_downloads_their_certificate(browse, certificate, ada):
    page = browse(ada).get("/certificates/")
    assert certificate.number in page.text
    assert f"/c/{certificate.public_id}.pdf" in page.text
    assert f'data-copy="http://localhost:8000/c/{certificate.public_id}"' in page.text


def test_nobody_sees_those_of_others(browse, certificate, bob):
    page = browse(bob).get("/certificates/")
    assert certificate.number not in page.text
    assert "No certificate yet" in page.text


def test_strangers_are_asked_to_sign_in_and_staff_have_no_list(browse, certificate, rosa):
    assert "/sign-in" in browse().get("/certificates/", expect=303).location
    browse(rosa).get("/certificates/", expect=403)
