// The chat widget for any page; docs/widget.md tells how to embed it. Nothing in it needs inline styles, `eval` or a trusted
// type, so that it runs under a strict content policy.

import { install } from "./commands.js";

if (!customElements.get("support-bot")) install(); // a second copy of the script leaves the first one alone
