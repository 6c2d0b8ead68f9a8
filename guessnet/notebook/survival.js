// What a key does in the grid: the arrow keys, Home and End go from cell to cell, and Tab goes on
// to what comes after the grid. It is the table's `onkeydown`, since core widgets run no script.
const cells = [...this.querySelectorAll(".gn-cell")];
const at = cells.indexOf(event.target);
const columns = this.tHead.rows[0].cells.length - 1;
const row = at - (at % columns);
const last = row + columns - 1;
const to = {
  ArrowLeft: Math.max(row, at - 1),
  ArrowRight: Math.min(last, at + 1),
  ArrowUp: at - columns,
  ArrowDown: at + columns,
  Home: row,
  End: last,
}[event.key];
if (at >= 0 && to !== undefined) {
  event.preventDefault();
  const next = cells[to] ?? cells[at];
  cells.forEach((cell) => { cell.tabIndex = cell === next ? 0 : -1; });
  next.focus();
}
