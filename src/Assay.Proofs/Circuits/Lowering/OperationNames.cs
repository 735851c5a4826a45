using Assay.Programs;

namespace Assay.Proofs.Circuits;

/// <summary>Operations by the names of spec/program.md.</summary>
internal static class OperationNames
{
    public static string Of(Operation operation) => operation switch
    {
        AveragePoolOperation => "avgpool",
        _ => operation.GetType().Name[..^"Operation".Length].ToLowerInvariant(),
    };
}
