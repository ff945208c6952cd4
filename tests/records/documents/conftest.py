import pytest

from records.documents import kinds
from tests.records.documents.kinds import LETTER


@pytest.fixture(autouse=True)
def _kind(monkeypatch):
    monkeypatch.setitem(kinds._kinds, LETTER.code, LETTER)
