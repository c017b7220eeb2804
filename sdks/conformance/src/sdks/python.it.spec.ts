import { describeSdk } from '../conforms.ts';

describeSdk('python');
