"""Pullquote for programs: HTTP and MCP."""
