"""Canonical text → paragraphs → sentences → passages, all of them character ranges."""
