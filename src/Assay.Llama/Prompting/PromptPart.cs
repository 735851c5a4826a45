namespace Assay.Llama;

/// <summary>A piece of a prompt.</summary>
/// <param name="Text">Its text.</param>
/// <param name="IsMarkup">Whether the template wrote it: only there do names of control tokens mean those tokens. What a caller wrote is text, whatever it spells.</param>
internal readonly record struct PromptPart(string Text, bool IsMarkup);
