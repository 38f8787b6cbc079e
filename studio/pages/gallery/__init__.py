"""The gallery: a page beside the clips that plays the film with its ledger. `folder` reads, `page` writes."""
