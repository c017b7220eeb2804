import { describeSdk } from '../conforms.ts';

describeSdk('rust');
