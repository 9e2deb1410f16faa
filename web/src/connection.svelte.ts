/** Whether the browser has a network at all. */
class Connection {
  online = $state(navigator.onLine);

  constructor() {
    addEventListener("online", () => (this.online = true));
    addEventListener("offline", () => (this.online = false));
  }
}

export const connection = new Connection();
