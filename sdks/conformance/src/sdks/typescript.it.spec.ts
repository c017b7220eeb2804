import { describeSdk } from '../conforms.ts';

describeSdk('typescript');
