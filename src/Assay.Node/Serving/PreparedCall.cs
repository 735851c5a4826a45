using Assay.Node.Planning;
using Assay.Receipts;

namespace Assay.Node.Serving;

/// <summary>A request that can be worked on.</summary>
/// <param name="Begun">The request.</param>
/// <param name="Inputs">Its tensors, in the model's order.</param>
/// <param name="Items">How many items it has.</param>
/// <param name="Plans">What it can get: one plan; several where it names no level and what is paid decides.</param>
internal sealed record PreparedCall(BegunCall Begun, TensorValue[] Inputs, int Items, IReadOnlyList<Plan> Plans);
