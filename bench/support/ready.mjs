// A process of its own: imports a bundle, calls it once, and says when it was ready for its first answer from outside. JavaScript, for types would be
// stripped in the same process. Arguments: the bundle, what it exports, the event, and whether it is to connect.
import { writeSync } from "node:fs";
import { Socket } from "node:net";

const [bundle, exported, event, connects] = process.argv.slice(2);

/** Milliseconds since the process began. */
const told = { began: 0, imported: 0, ready: 0 };
const end = () => {
  told.ready = performance.now();
  writeSync(1, JSON.stringify(told));
  process.exit(0);
};

// Whatever it would ask first is made, signed, and about to leave: there is no network here, and nothing to wait for.
Socket.prototype.connect = end;

told.began = performance.now();
const functions = await import(bundle);
told.imported = performance.now();
try {
  await functions[exported](JSON.parse(event));
} catch (error) {
  writeSync(2, `${error}\n`);
}
if (connects === "yes") process.exit(1);
end();
