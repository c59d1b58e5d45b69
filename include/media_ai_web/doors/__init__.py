"""The pages before somebody is signed in: invitation, first person, forgotten password, sign-in with a provider."""
