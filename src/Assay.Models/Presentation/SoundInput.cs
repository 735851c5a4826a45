using System.Collections.Immutable;

namespace Assay.Models.Presentation;

/// <summary>Sound, one channel of samples from -1 to 1, in chunks; each chunk is an item.</summary>
/// <param name="Tensor">The input's name: <c>context + chunk</c> elements.</param>
/// <param name="Rate">Samples a second.</param>
/// <param name="Chunk">New samples in each chunk; the last one is filled up with zeros.</param>
/// <param name="Context">Samples of the chunk before that a chunk starts with; zeros at the beginning.</param>
/// <param name="States">What is carried from chunk to chunk; may be empty.</param>
/// <param name="Scale">What a sample of 1 becomes.</param>
public sealed record SoundInput(string Tensor, int Rate, int Chunk, int Context, ImmutableArray<StatePair> States, double Scale = 1) : InputPresentation(Tensor);
