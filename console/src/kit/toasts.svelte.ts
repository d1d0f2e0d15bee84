// Short words about what has just happened; they go by themselves, and stay while one looks at them.
export interface Toast {
  id: number;
  text: string;
  tone: 'good' | 'bad';
}

class Toasts {
  list = $state<Toast[]>([]);
  #next = 0;

  add(text: string, tone: Toast['tone'] = 'good') {
    const toast = { id: this.#next++, text, tone };
    this.list = [...this.list.slice(-2), toast];
    if (tone === 'good') setTimeout(() => this.remove(toast.id), 5000);
  }

  remove(id: number) {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
