import { mount } from "svelte";

import "../../src/mien/report/design-tokens.css";
import "./app.css";

import App from "./App.svelte";
import { session } from "./session.svelte.ts";

void session.load(); // asked while the page is made
const target = document.getElementById("app");
if (!target) throw new Error("index.html has no element #app.");

export default mount(App, { target });
