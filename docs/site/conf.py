# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How Sphinx builds the documentation site; tools/docs_site.py lays out its sources and calls it."""

from __future__ import annotations

project = "avanan.office365"
copyright = "avanan.office365 contributors"
root_doc = "index"
extensions = ["myst_parser", "sphinx.ext.intersphinx", "sphinx_antsibull_ext"]
exclude_patterns = ["files/**"]
# Headings can be linked to as on a code host.
myst_heading_anchors = 4
# Written beside the sources, so that no build needs the network; readers follow the links to Ansible's own documentation.
intersphinx_mapping = {"ansible": ("https://docs.ansible.com/ansible/latest", "ansible.inv")}
html_theme = "furo"
html_title = "Avanan in front of Exchange Online"
html_copy_source = False
html_show_sphinx = False
