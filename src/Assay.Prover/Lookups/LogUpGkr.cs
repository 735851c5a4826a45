using Assay.Proofs.Fields;
using Assay.Proofs.Transcripts;
using Assay.Prover.Simd;
using Assay.Prover.Threading;
using Assay.Prover.Witness;

namespace Assay.Prover.Lookups;

/// <summary>The prover of the lookups: LogUp (Haböck 2022) summed by a circuit of fractions that is proved layer by layer (Papini and
/// Haböck 2023, after Goldwasser, Kalai, Rothblum 2008); spec/proof-system.md, section 7, step 2.</summary>
/// <remarks>
/// In each layer <c>p_0 q_1 + p_1 q_0 + λ q_0 q_1 = A q_1 + p_1 q_0</c> with <c>A = p_0 + λ q_0</c>: two products for each node. eq is
/// never multiplied into the tables; it is a factor of the sums.
/// </remarks>
internal sealed unsafe class LogUpGkr
{
    /// <summary>Levels of fewer bits are kept as elements in standard form.</summary>
    private const int ScalarBits = NodeLevel.LeastBits;

    private readonly ExtensionKernels _kernels;
    private readonly NativeArena _arena;
    private readonly WorkerTeam _team;
    private readonly ProverChannel _channel;
    private readonly ScalarLayer _scalars = new();

    /// <summary>The levels of 1 to 5 bits, numerators and denominators.</summary>
    private readonly Ext4[][] _p = new Ext4[ScalarBits + 1][];
    private readonly Ext4[][] _q = new Ext4[ScalarBits + 1][];

    private LogUpGkr(ExtensionKernels kernels, NativeArena arena, WorkerTeam team, ProverChannel channel) =>
        (_kernels, _arena, _team, _channel) = (kernels, arena, team, channel);

    /// <summary>Sends root, rounds and values of all layers.</summary>
    /// <param name="alpha">α, drawn after the columns were committed.</param>
    /// <param name="beta">β.</param>
    /// <returns>The point z of the claims about the leaves.</returns>
    public static Ext4[] Prove(
        ExtensionKernels kernels, NativeArena arena, WorkerTeam team,
        ProverChannel channel, LookupPlan plan, WitnessColumns columns, Ext4 alpha, Ext4 beta) =>
        new LogUpGkr(kernels, arena, team, channel).Prove(plan, columns, alpha, beta);

    private Ext4[] Prove(LookupPlan plan, WitnessColumns columns, Ext4 alpha, Ext4 beta)
    {
        int bits = plan.LeafBits;
        using LeafArrays leaves = new(_arena, bits, plan.Cells);
        LeafFill fill = new(_kernels, plan, columns, leaves, alpha, beta);
        _team.Run(fill, fill.Parts);

        NodeLevel?[] levels = new NodeLevel?[bits + 1];
        try
        {
            Build(levels, leaves, bits);
            return SendLayers(levels, leaves, bits);
        }
        finally
        {
            foreach (NodeLevel? level in levels)
            {
                level?.Dispose();
            }
        }
    }

    private void Build(NodeLevel?[] levels, LeafArrays leaves, int bits)
    {
        NodeJob job = new(_kernels);
        for (int k = bits - 1; k >= ScalarBits; k--)
        {
            levels[k] = new(_arena, k);
            if (k == bits - 1)
            {
                job.Run(_team, levels[k]!, leaves);
            }
            else
            {
                job.Run(_team, levels[k]!, levels[k + 1]!);
            }
        }

        int last = Math.Min(bits, ScalarBits);
        (_p[last], _q[last]) = bits <= ScalarBits ? Elements(leaves, bits) : Elements(levels[last]!);
        for (int k = last - 1; k >= 1; k--)
        {
            (_p[k], _q[k]) = (new Ext4[1 << k], new Ext4[1 << k]);
            for (int x = 0; x < 1 << k; x++)
            {
                int y = x + (1 << k);
                _p[k][x] = (_p[k + 1][x] * _q[k + 1][y]) + (_p[k + 1][y] * _q[k + 1][x]);
                _q[k][x] = _q[k + 1][x] * _q[k + 1][y];
            }
        }
    }

    private Ext4[] SendLayers(NodeLevel?[] levels, LeafArrays leaves, int bits)
    {
        _channel.Send("gkr.root", [_p[1][0], _p[1][1], _q[1][0], _q[1][1]]);
        Ext4[] z = new Ext4[bits];
        Ext4[] r = new Ext4[bits];
        z[0] = _channel.Transcript.Draw("gkr.mu");
        if (bits == 1)
        {
            return z;
        }

        using LayerEq weights = new(_arena, Math.Max(bits - 2, 0));
        using ExtensionArray constants = Constants();
        uint* ones = constants.Words;
        uint* zeros = ones + (LayerPass.TileBlocks * ExtensionKernels.BlockWords);
        for (int k = 1; k < bits; k++)
        {
            Ext4 lambda = _channel.Transcript.Draw("gkr.lambda");
            int t = k;
            if (k < ScalarBits)
            {
                _scalars.Start(_p[k + 1], _q[k + 1], lambda);
            }
            else
            {
                weights.Start(_kernels, z.AsSpan(0, k - 1));
                LayerPass pass = k == bits - 1 ? Leaves(leaves, levels[k]!, ones, zeros, lambda, weights)
                    : Nodes(levels[k + 1]!, ones, zeros, lambda, weights);
                t = SendRounds(pass, weights, r, k);
                _scalars.Start(pass.A, pass.P1, pass.Q0, pass.Q1);
            }

            while (--t >= 0)
            {
                r[t] = Round(_scalars.Message(z.AsSpan(0, t)));
                _scalars.Bind(r[t]);
            }

            (Ext4 a, Ext4 p1, Ext4 q0, Ext4 q1) = _scalars.Values;
            _channel.Send("gkr.values", [a - (lambda * q0), p1, q0, q1]);
            r.AsSpan(0, k).CopyTo(z);
            z[k] = _channel.Transcript.Draw("gkr.mu");
        }

        return z;
    }

    /// <summary>The rounds of a layer until each table is one block.</summary>
    /// <returns>The last bit that was bound.</returns>
    private int SendRounds(LayerPass pass, LayerEq weights, Ext4[] r, int k)
    {
        (Ext4 AtZero, Ext4 AtInfinity) message = pass.First(_team);
        for (int t = k - 1; ; t--)
        {
            r[t] = Round(message);
            if (pass.Blocks > 2)
            {
                weights.Drop(_kernels);
            }

            message = pass.Fold(_team, r[t]);
            (pass as LeafPass)?.Bound();
            if (pass.Blocks == 1)
            {
                return t;
            }
        }
    }

    private Ext4 Round((Ext4 AtZero, Ext4 AtInfinity) message)
    {
        _channel.Send("gkr.round", [message.AtZero, message.AtInfinity]);
        return _channel.Transcript.Draw("gkr.r");
    }

    private LayerPass Nodes(NodeLevel level, uint* ones, uint* zeros, Ext4 lambda, LayerEq weights)
    {
        LayerPass pass = new(_kernels, ones, zeros) { A = level.LowP, P1 = level.HighP, Q0 = level.LowQ, Q1 = level.HighQ };
        pass.Start(level.HalfBlocks, level.HalfBlocks, lambda, weights);
        return pass;
    }

    /// <summary>The leaves' own tables, and for A and p_1 the memory of the level above, which is done with.</summary>
    private LeafPass Leaves(LeafArrays leaves, NodeLevel done, uint* ones, uint* zeros, Ext4 lambda, LayerEq weights)
    {
        LeafPass pass = new(_kernels, ones, zeros, leaves) { A = done.LowP, P1 = done.HighP, Q0 = leaves.LowQ, Q1 = leaves.HighQ };
        pass.Start(leaves.LowBlocks, leaves.HighBlocks, lambda, weights);
        return pass;
    }

    private ExtensionArray Constants()
    {
        const int Tile = LayerPass.TileBlocks * ExtensionKernels.BlockElements;
        ExtensionArray constants = new(_arena, 2 * Tile);
        constants.Clear();
        for (int i = 0; i < Tile; i++)
        {
            constants[i] = Ext4.One;
        }

        return constants;
    }

    private static (Ext4[] P, Ext4[] Q) Elements(LeafArrays leaves, int bits)
    {
        int half = 1 << (bits - 1);
        Ext4[] p = new Ext4[2 * half];
        Ext4[] q = new Ext4[2 * half];
        for (int i = 0; i < 2 * half; i++)
        {
            // What isn't stored would be read from behind the second half's blocks.
            bool stored = i < half || (i - half) / 16 < leaves.HighBlocks;
            p[i] = stored ? new(ExtensionForm.Leave(*leaves.Numerators(i)), 0, 0, 0) : Ext4.Zero;
            q[i] = stored ? Element(leaves.Denominators(i)) : Ext4.One;
        }

        return (p, q);
    }

    private static (Ext4[] P, Ext4[] Q) Elements(NodeLevel level)
    {
        Ext4[] p = new Ext4[32];
        Ext4[] q = new Ext4[32];
        for (int i = 0; i < 16; i++)
        {
            (p[i], p[16 + i]) = (Element(level.LowP + i), Element(level.HighP + i));
            (q[i], q[16 + i]) = (Element(level.LowQ + i), Element(level.HighQ + i));
        }

        return (p, q);
    }

    private static Ext4 Element(uint* words) => ExtensionForm.Leave(new Ext4(words[0], words[16], words[32], words[48]));
}
