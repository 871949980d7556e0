/** message: "problem; remedy". status: as a program that serves the page would answer. */
export class Problem extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}
