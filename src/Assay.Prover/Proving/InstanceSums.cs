using Assay.Proofs.Circuits;
using Assay.Proofs.Claims;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;
using Assay.Proofs.Transcripts;
using Assay.Prover.Commitments;
using Assay.Prover.Simd;
using Assay.Prover.Sumchecks;
using Assay.Prover.Threading;

namespace Assay.Prover.Proving;

/// <summary>The prover of all inner products (spec/proof-system.md, section 7, step 6).</summary>
internal sealed unsafe class InstanceSums(
    ProofShape shape, WeightCommitment? weights, ExtensionKernels kernels, NativeArena arena, WorkerTeam team)
{
    private readonly Circuit _circuit = shape.Circuit;

    /// <summary>Sends the sum, the rounds and the values.</summary>
    /// <param name="columns">All columns.</param>
    /// <param name="claims">Receives the claims' terms, in their order.</param>
    /// <returns>The point, K elements.</returns>
    public Ext4[] Prove(ProverChannel channel, int** columns, PoolPoints points, Ext4 gamma, List<IReadOnlyList<Term>> claims)
    {
        int count = _circuit.Instances.Length;
        ExtensionArray[] a = new ExtensionArray[count];
        ExtensionArray[] m = new ExtensionArray[count];
        foreach (Instance instance in _circuit.Instances)
        {
            // Tables are made when they are first asked for, which several threads mustn't do at once.
            points.Weights(instance.Box);
            points.Weights(Pool.G, instance is Contraction { Groups: int groups } ? groups : 1);
        }

        team.Run(
            new TeamAction(l =>
            {
                if (!IsUpper(l))
                {
                    a[l] = Left(_circuit.Instances[l], columns, points);
                }
            }),
            count);
        for (int l = 0; l < count; l++)
        {
            a[l] ??= WithoutBias(a[l - 1], (Contraction)_circuit.Instances[l]);
            m[l] = Right(_circuit.Instances[l], columns, points);
        }

        (ProductTables Tables, Ext4 Weight)[] terms = new (ProductTables, Ext4)[count];
        (IReadOnlyList<Term> committed, Ext4 constants) = RelationClaims.Sum(_circuit, points, gamma);
        Ext4 sum = Ext4.Zero;
        Ext4 power = Ext4.One;
        uint half = KoalaBear.Invert(2);
        for (int l = 0; l < count; l++)
        {
            int bits = _circuit.Instances[l].IndexBits;
            terms[l] = (new(kernels, team, a[l], m[l], bits), power * KoalaBear.Pow(half, (ulong)(shape.IndexBits - bits)));

            // What the committed numbers add up to is what the inner products do, less the public part.
            sum += power * terms[l].Tables.Sum();
            power *= gamma;
        }

        channel.Send("sum", [sum - constants]);
        claims.Add(committed);
        Ext4[] point = ProductSumcheck.Prove(channel, "product.round", "product.r", terms, shape.IndexBits);
        Ext4[] values = new Ext4[2 * count];
        for (int l = 0; l < count; l++)
        {
            (values[2 * l], values[(2 * l) + 1]) = terms[l].Tables.Values;
            terms[l].Tables.Dispose();
            a[l].Dispose();
            m[l].Dispose();
        }

        channel.Send("product.values", values);
        PointTables tables = new(point);
        foreach (Instance instance in _circuit.Instances)
        {
            claims.Add(InstanceClaims.A(_circuit, instance, points, tables).Terms);
            if (instance is Product product)
            {
                claims.Add(InstanceClaims.M(_circuit, product, points, tables));
            }
        }

        return point;
    }

    /// <summary>Whether an instance is the high limb of the layer before it, whose operand it reads in the same way.</summary>
    private bool IsUpper(int l) =>
        _circuit.Instances[l] is Contraction c && _circuit.Matrices[c.Matrix] is { Limb: WeightLimb.High, Operation: int operation }
        && l > 0 && _circuit.Instances[l - 1] is Contraction lower && _circuit.Matrices[lower.Matrix] == _circuit.Matrices[c.Matrix] with { Limb = WeightLimb.Low, Operation = operation };

    private ExtensionArray WithoutBias(ExtensionArray lower, Contraction contraction)
    {
        ExtensionArray table = new(arena, lower.Length);
        new ReadOnlySpan<uint>(lower.Words, (int)(lower.Blocks * ExtensionKernels.BlockWords)).CopyTo(new(table.Words, (int)(lower.Blocks * ExtensionKernels.BlockWords)));
        foreach (int slot in contraction.BiasSlots)
        {
            for (int group = 0; group < contraction.Groups; group++)
            {
                table[((long)slot << contraction.GroupBits) | (uint)group] = Ext4.Zero;
            }
        }

        return table;
    }

    private ExtensionArray Left(Instance instance, int** columns, PoolPoints points) => instance switch
    {
        Contraction contraction => new ContractionTable(_circuit, contraction, points, kernels, arena).Build(columns[contraction.Column]),
        Product product => ProductFactor.Build(_circuit, product, isA: true, points, columns, arena),
        _ => throw new ArgumentException("No such instance.", nameof(instance)),
    };

    private ExtensionArray Right(Instance instance, int** columns, PoolPoints points)
    {
        if (instance is Product product)
        {
            return ProductFactor.Build(_circuit, product, isA: false, points, columns, arena);
        }

        int matrix = ((Contraction)instance).Matrix;
        Ext4[] folded = new Ext4[1 << _circuit.Matrices[matrix].IndexBits];
        weights!.FoldRows(matrix, points.Weights(Pool.J, _circuit.Matrices[matrix].Rows), folded, team);
        return ExtensionArray.From(arena, kernels, folded);
    }
}
