"""The flow language: document, references and templates, types, check. Pure."""
