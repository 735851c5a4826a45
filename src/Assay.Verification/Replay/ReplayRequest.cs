using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>What is to be run again.</summary>
/// <param name="Model">The model that the receipt names.</param>
/// <param name="ModelName">The name it was called by, if disclosed.</param>
/// <param name="Inputs">The inputs that the receipt names.</param>
public sealed record ReplayRequest(ModelId Model, string? ModelName, IReadOnlyList<TensorValue> Inputs);
