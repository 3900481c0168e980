"""Papers as somebody uploads them."""

from django.core.files.uploadedfile import SimpleUploadedFile


def paper(name="acta.pdf"):
    """Return a small PDF, as somebody uploads it."""
    return SimpleUploadedFile(name, b"%PDF-1.4\n% " + name.encode() + b"\n%%EOF\n", "application/pdf")
