using System.Collections.Immutable;
using Assay.Proofs.Fields;

namespace Assay.Proofs;

/// <summary>What a proof of many runs fixes of each: its inputs and outputs at a random point (spec/proof-system.md, section
/// 8).</summary>
/// <param name="Points">The elements of the pools P0 .. P7.</param>
/// <param name="Theta">θ.</param>
/// <param name="Values">v_i of each run.</param>
public sealed record RunBinding(ImmutableArray<Ext4[]> Points, Ext4 Theta, Ext4[] Values);
