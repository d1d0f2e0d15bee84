// Questions that overtake each other: only the answer to the latest counts.
export class Turns {
  #latest = 0;

  /** Begins a question; what is given back says whether it is still the latest. */
  begin(): () => boolean {
    const turn = ++this.#latest;
    return () => turn === this.#latest;
  }
}
