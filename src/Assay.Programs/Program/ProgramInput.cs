using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary>An input and how binary32 elements become its integers: <c>roundTiesToEven((x - offset) * multiplier)</c>.</summary>
/// <param name="Name">1 to 256 bytes of UTF-8, unique among the inputs.</param>
/// <param name="Type">Shape per item and range.</param>
/// <param name="ChannelAxis">Axis of <paramref name="Type"/> along which offsets and multipliers differ, or null for one of each.</param>
/// <param name="Offsets">Finite; one per channel, or one.</param>
/// <param name="Multipliers">Finite and not zero; as many as offsets.</param>
/// <param name="Rule">What happens to elements out of range.</param>
public sealed record ProgramInput(
    string Name,
    TensorType Type,
    int? ChannelAxis,
    ImmutableArray<double> Offsets,
    ImmutableArray<double> Multipliers,
    OutOfRange Rule);
