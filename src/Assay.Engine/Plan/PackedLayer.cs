namespace Assay.Engine.Plan;

/// <summary>A layer in kernel order, in the plan's memory.</summary>
/// <param name="weights">Panels of weights.</param>
/// <param name="panelStride">32-bit integers per panel.</param>
/// <param name="bias">Panels of biases.</param>
/// <param name="shifts">Panels of shifts.</param>
/// <param name="channels">Output channels of a group.</param>
/// <param name="panels">Panels of a group.</param>
internal sealed unsafe class PackedLayer(int* weights, nint panelStride, int* bias, int* shifts, int channels, int panels)
{
    public int* Weights { get; } = weights;

    public nint PanelStride { get; } = panelStride;

    public int* Bias { get; } = bias;

    public int* Shifts { get; } = shifts;

    public int Channels { get; } = channels;

    public int Panels { get; } = panels;

    /// <summary>Whether the last panel has one vector a pair of weights instead of two, in memory order.</summary>
    public bool HasHalf { get; init; }

    /// <summary>Whether two limbs join in 32 bits; shifts are less by 8 then.</summary>
    public bool JoinsInVectors { get; init; }

    /// <summary>Whether the last of the panels that channels are cut into is at most half full.</summary>
    public static bool EndsInHalf(int channels, int lanes) => (channels - 1) % (2 * lanes) < lanes;
}
