import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.core.files import safe_name


@pytest.mark.parametrize(
    ("sent", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\notă.txt", "notă.txt"),
        ("a\r\nSet-Cookie: x.txt", "a Set-Cookie: x.txt"),
        ("nul\x00byte.txt", "nulbyte.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("half\ud800.txt", "half.txt"),
        ("  spaced   out .txt", "spaced out .txt"),
        (".bashrc", ".bashrc"),
        ("trailing. .", "trailing"),
        ("e\u0301.txt", "é.txt"),
        ("..", "file"),
        ("folder/", "file"),
        ("", "file"),
        ("x" * 300 + ".tar", "x" * 251 + ".tar"),
        ("x" * 300, "x" * 255),
        ("x." + "y" * 300, "x." + "y" * 253),
    ],
)
def test_safe_name_keeps_the_last_visible_part(sent: str, safe: str):
    assert safe_name(sent) == safe


@given(st.text(alphabet=st.characters(), max_size=400))
def test_safe_name_is_stable_short_and_without_path(sent: str):
    safe = safe_name(sent)
    assert 1 <= len(safe) <= 255
    assert not set("/\\\r\n\0") & set(safe)
    assert safe_name(safe) == safe
