"""Commands, terminal text and reports. Imports both other packages; nobody imports it."""
