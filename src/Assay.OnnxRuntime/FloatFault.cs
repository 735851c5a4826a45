namespace Assay.OnnxRuntime;

/// <summary>Why a model wasn't loaded, or a run gave no answer.</summary>
/// <param name="Code">Stable: one of <see cref="FloatErrors"/>.</param>
/// <param name="Message">In words, printable.</param>
public sealed record FloatFault(string Code, string Message);
