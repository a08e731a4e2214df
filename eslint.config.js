// What the type check leaves: habits.

export default [
  {
    files: ["digitnet/web/static/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module" },
    rules: {
      eqeqeq: "error", "no-console": "error", "no-eval": "error", "no-fallthrough": "error",
      "no-shadow": "error", "no-unused-private-class-members": "error", "no-unused-vars": "error",
      "no-useless-return": "error", "no-var": "error", "prefer-const": "error",
    },
  },
];
