"""Documents from versioned templates that officials edit: preview, issued copies, tagged PDF.

kinds.py     what a document of a kind may say: placeholders by name, registered from above
shapes.py    tables, pictures, places to sign       values.py    how values are written and kept
markup.py    the small markup, read into blocks     checks.py    what is wrong, line by line
blocks.py    what stands alone, as HTML             html.py      the body
pdf.py       PDF/UA-1 by WeasyPrint                 versions.py  drafts, publication, diff
issuing.py   preview and issue                      readers.py   who may read
loading.py   the models that come with the product
"""

from records.documents.issuing import Preview, issue, preview
from records.documents.kinds import DocumentKind, Placeholder, Type
from records.documents.readers import documents_about, may_read
from records.documents.shapes import Picture, Signature, Table
from records.documents.versions import in_force

__all__ = [
    "DocumentKind",
    "Picture",
    "Placeholder",
    "Preview",
    "Signature",
    "Table",
    "Type",
    "documents_about",
    "in_force",
    "issue",
    "may_read",
    "preview",
]
