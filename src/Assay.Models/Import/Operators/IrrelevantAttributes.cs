using System.Collections.Frozen;

namespace Assay.Models.Import.Operators;

/// <summary>
/// Attributes of ONNX's operators that change nothing here, or only in a case in which the operator reads them itself. Any
/// other attribute that an operator doesn't read is an error.
/// </summary>
internal static class IrrelevantAttributes
{
    // Memory planning of version 1.
    private const string ConsumedInputs = "consumed_inputs";

    private static readonly string[] Broadcasts = ["broadcast"];
    private static readonly string[] Recurrent = ["hidden_size", "output_sequence"];

    private static readonly FrozenDictionary<string, string[]> Known = new Dictionary<string, string[]>
    {
        // Before version 7 it only said that shapes may differ; which axis is meant is read, or refused.
        ["Add"] = Broadcasts,
        ["And"] = Broadcasts,
        ["Div"] = Broadcasts,
        ["Equal"] = Broadcasts,
        ["Gemm"] = Broadcasts,
        ["Greater"] = Broadcasts,
        ["Less"] = Broadcasts,
        ["Mul"] = Broadcasts,
        ["Or"] = Broadcasts,
        ["Pow"] = Broadcasts,
        ["Sub"] = Broadcasts,
        ["Xor"] = Broadcasts,

        // The weights' shapes say the size; whether all states are wanted, the outputs.
        ["GRU"] = Recurrent,
        ["LSTM"] = Recurrent,
        ["RNN"] = Recurrent,

        // What training updates or draws.
        ["BatchNormalization"] = ["momentum"],
        ["Dropout"] = ["ratio", "seed"],

        // The precision of what is computed in between.
        ["GroupNormalization"] = ["stash_type"],
        ["LayerNormalization"] = ["stash_type"],
        ["RMSNormalization"] = ["stash_type"],

        // Of float8 types, which are refused.
        ["Cast"] = ["saturate", "round_mode"],
        ["CastLike"] = ["saturate", "round_mode"],
        ["QuantizeLinear"] = ["saturate"],

        // Of the branch that a constant condition doesn't take.
        ["If"] = ["then_branch", "else_branch"],

        // Of the indices, which are refused.
        ["MaxPool"] = ["storage_order"],

        // Of modes that are refused, or read where the mode is linear or cubic.
        ["Resize"] = ["extrapolation_value", "cubic_coeff_a", "exclude_outside"],

        // Without it any order is right.
        ["TopK"] = ["sorted"],
    }.ToFrozenDictionary();

    public static bool Contains(string onnxOperator, string attribute) =>
        attribute == ConsumedInputs || (Known.TryGetValue(onnxOperator, out string[]? names) && Array.IndexOf(names, attribute) >= 0);
}
