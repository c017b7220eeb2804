import { describeSdk } from '../conforms.ts';

describeSdk('go');
