using Assay.Models.Fidelity;
using Assay.Models.Import;
using Assay.Models.Quantization;

namespace Assay.Models.Registration;

/// <summary>Everything that registration reads. The data are .npy files: [items, ...input shape], or [items, elements].</summary>
public sealed record RegistrationRequest
{
    /// <summary>The ONNX file.</summary>
    public required ReadOnlyMemory<byte> Onnx { get; init; }

    /// <summary>Calibration data by input name; with one input any name will do.</summary>
    public required IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Calibration { get; init; }

    /// <summary>Test inputs in the same form; none by default.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? Test { get; init; }

    /// <summary>One integer label for each test item: the index of the right element of the first output.</summary>
    public ReadOnlyMemory<byte>? Labels { get; init; }

    public QuantizerOptions Options { get; init; } = new();

    /// <summary>How the distance from float is judged.</summary>
    public ModelTask Task { get; init; }

    /// <summary>Registers a program that is further from float than the rule allows; its statement and every receipt say so.</summary>
    public bool AcceptFidelity { get; init; }

    /// <summary>What the file leaves open: sizes of symbolic dimensions, inputs bound to constants, how shapes are read.</summary>
    public ImportOptions Import { get; init; } = new();

    public ImportLimits Limits { get; init; } = new();

    /// <summary>The usual case: one input. Empty test data or labels are none.</summary>
    public static RegistrationRequest Single(
        ReadOnlyMemory<byte> onnx, ReadOnlyMemory<byte> calibration, ReadOnlyMemory<byte>? test = null, ReadOnlyMemory<byte>? labels = null) => new()
        {
            Onnx = onnx,
            Calibration = new Dictionary<string, ReadOnlyMemory<byte>> { ["input"] = calibration },
            Test = test is { IsEmpty: false } t ? new Dictionary<string, ReadOnlyMemory<byte>> { ["input"] = t } : null,
            Labels = labels is { IsEmpty: false } ? labels : null,
        };
}
