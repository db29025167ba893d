import { contract } from "./support/contract/contract.ts";
import { practiceGround, realGround } from "./support/ground.ts";

contract("the practice world", practiceGround);
contract("the real API server", realGround);
