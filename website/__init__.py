"""The documentation site: pages with fences that run, and pages made from tables and problem files.

Built by `mkdocs build --strict`; `hooks` is what mkdocs calls, and what stands to its left is what that uses:
shown, commands, fences, gallery, reference, hooks. `same` compares two builds.
"""
