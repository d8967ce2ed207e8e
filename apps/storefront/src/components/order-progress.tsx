const WAY = ['placed', 'paid', 'packed', 'shipped', 'delivered'];

/** How far an order has come; a cancelled or returned one only says so. */
export function OrderProgress({ state }: { state: string }) {
  const reached = WAY.indexOf(state);
  if (reached === -1) return <p className="order-state">This order was {state}.</p>;
  return (
    <ol className="order-progress" aria-label="State of the order">
      {WAY.map((step, index) => (
        <li
          key={step}
          className={index <= reached ? 'step step-done' : 'step'}
          aria-current={index === reached ? 'step' : undefined}
        >
          {step}
        </li>
      ))}
    </ol>
  );
}
