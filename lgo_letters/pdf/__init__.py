"""Letter → bytes: tags, styles, panels, pages; all that knows ReportLab."""

from . import reportlab_patches  # noqa: F401  # before anything else imports ReportLab
