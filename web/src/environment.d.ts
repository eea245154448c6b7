declare module "balie:texts" {
  const texts: Record<"nl" | "en", Record<string, string>>;
  export default texts;
}

declare module "*.css?inline" {
  const css: string;
  export default css;
}
