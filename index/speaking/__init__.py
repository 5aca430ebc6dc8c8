"""What Pullquote itself says, in its reader's language. Articles are never translated."""
