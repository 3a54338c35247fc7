import './strict-csp.ts';
import './styles.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { CrashScreen } from './crash-screen.tsx';
import { Desk } from './desk.tsx';
import { followTheme } from './preferences.ts';
import { queryClient } from './queries.ts';

followTheme();

const root = document.getElementById('root');
if (!root) throw new Error('The page has no place to draw into');
createRoot(root).render(
  <StrictMode>
    <CrashScreen>
      <QueryClientProvider client={queryClient}>
        <Desk />
      </QueryClientProvider>
    </CrashScreen>
  </StrictMode>,
);
