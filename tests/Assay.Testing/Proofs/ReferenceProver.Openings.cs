using System.Collections.Immutable;
using Assay.Proofs.Circuits;
using Assay.Proofs.Claims;
using Assay.Proofs.Commitments;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;
using Assay.Proofs.Transcripts;
using Assay.Proofs.Verifying;

namespace Assay.Testing.Proofs;

public sealed partial class ReferenceProver
{
    private Ext4[] _productValues = [];

    /// <summary>Step 6.</summary>
    /// <returns>The point.</returns>
    private Ext4[] Products(
        ProverChannel channel, uint[][] committed, PoolPoints points, Ext4 gamma, List<Claim> claims, ProverHooks hooks)
    {
        Circuit circuit = _shape.Circuit;
        ReferenceTables tables = new(circuit, points, committed, _matrices);
        (IReadOnlyList<Term> terms, Ext4 constants) = RelationClaims.Sum(circuit, points, gamma);
        Ext4[] sum = [Value(terms, committed)];
        hooks.Sum?.Invoke(sum);
        channel.Send("sum", sum);
        claims.Add(new("sum", terms, sum[0]));
        Ext4 s = sum[0] + constants;

        // An instance with fewer bits is the same for all values of the bits above.
        int bits = _shape.IndexBits;
        Ext4[][] a = [.. circuit.Instances.Select(instance => Repeat(tables.A(instance), bits))];
        Ext4[][] m = [.. circuit.Instances.Select(instance => Repeat(tables.M(instance), bits))];
        Ext4[] factors = new Ext4[a.Length];
        Ext4 power = Ext4.One;
        for (int l = 0; l < a.Length; l++)
        {
            factors[l] = power * KoalaBear.Pow(KoalaBear.Invert(2), (ulong)(bits - circuit.Instances[l].IndexBits));
            power *= gamma;
        }

        Ext4[] point = new Ext4[bits];
        for (int t = bits - 1; t >= 0; t--)
        {
            Ext4[] g = new Ext4[2];
            for (int l = 0; l < a.Length; l++)
            {
                Ext4[] part = ReferenceSumcheck.Round(a[l], m[l]);
                g[0] += factors[l] * part[0];
                g[1] += factors[l] * part[1];
            }

            hooks.ProductRound?.Invoke(t, g);
            channel.Send("product.round", g);
            point[t] = channel.Transcript.Draw("product.r");
            s = ReferenceSumcheck.At(point[t], g[0], s - g[0], g[1]);
            a = [.. a.Select(table => ReferenceSumcheck.Bind(table, point[t]))];
            m = [.. m.Select(table => ReferenceSumcheck.Bind(table, point[t]))];
        }

        _productValues = [.. Enumerable.Range(0, a.Length).SelectMany(l => new[] { a[l][0], m[l][0] })];
        hooks.ProductValues?.Invoke(factors, s, _productValues);
        channel.Send("product.values", _productValues);
        PointTables pointTables = new(point);
        for (int l = 0; l < a.Length; l++)
        {
            (IReadOnlyList<Term> committedPart, Ext4 publicPart) = InstanceClaims.A(circuit, circuit.Instances[l], points, pointTables);
            claims.Add(new("A", committedPart, _productValues[2 * l] - publicPart));
            if (circuit.Instances[l] is Product product)
            {
                claims.Add(new("M", InstanceClaims.M(circuit, product, points, pointTables), _productValues[(2 * l) + 1]));
            }
        }

        return point;
    }

    /// <summary>Steps 7 to 10.</summary>
    private void Open(
        ProverChannel channel, uint[] w, uint[][] rows, ReferenceCode witness, List<Claim> claims, PoolPoints points, Ext4[] index, ProverHooks hooks)
    {
        Transcript transcript = channel.Transcript;
        Ext4 lambda = transcript.Draw("lambda");
        Ext4[] eta = _shape.HasWeights ? transcript.Draw("eta", _shape.MatrixBits) : [];
        Ext4[] e = new Ext4[1 << _shape.Witness.Bits];
        Ext4 value = Ext4.Zero;
        Ext4 power = Ext4.One;
        foreach (Claim claim in claims)
        {
            foreach (Term term in claim.Terms)
            {
                AddTo(e, term, power);
            }

            value += power * claim.Value;
            power *= lambda;
        }

        Ext4[] cells = new Ext4[e.Length];
        for (int i = 0; i < Math.Min(w.Length, cells.Length); i++)
        {
            cells[i] = Ext4.One * w[i];
        }

        Ext4[] r = new Ext4[_shape.Witness.Bits];
        for (int t = r.Length - 1; t >= 0; t--)
        {
            Ext4[] g = ReferenceSumcheck.Round(e, cells);
            hooks.ReduceRound?.Invoke(t, g);
            channel.Send("reduce.round", g);
            r[t] = transcript.Draw("reduce.r");
            value = ReferenceSumcheck.At(r[t], g[0], value - g[0], g[1]);
            e = ReferenceSumcheck.Bind(e, r[t]);
            cells = ReferenceSumcheck.Bind(cells, r[t]);
        }

        Ext4[] u = Fold(rows, PointTables.Of(r.AsSpan(_shape.RowBits)));
        hooks.WitnessFold?.Invoke(PointTables.Of(r.AsSpan(0, _shape.RowBits)), value * e[0].Invert(), u);
        channel.Send("fold.witness", u);
        if (_weights is not null)
        {
            Ext4[] folded = Fold(_tiles, WeightFold.Coefficients(_shape, eta, points, index));
            hooks.WeightFold?.Invoke(WeightFold.Low(_shape, points, index), ExpectedWeights(eta, points, index), folded);
            channel.Send("fold.weights", folded);
        }

        Grind(channel, "nonce", CodeQueries.GrindingBits, hooks.Nonce);
        int[] positions = transcript.Positions("open.witness", _shape.WitnessCode, _shape.WitnessQueries);
        int[] weightPositions = _shape.HasWeights ? transcript.Positions("open.weights", _shape.WeightCode, _shape.WeightQueries) : [];
        SendOpening(channel, witness, positions, hooks.WitnessSymbols, hooks.WitnessSiblings);
        if (_weights is not null)
        {
            SendOpening(channel, _weights, weightPositions, hooks.WeightSymbols, hooks.WeightSiblings);
        }
    }

    private static void SendOpening(
        ProverChannel channel, ReferenceCode code, int[] positions, Action<int[], uint[][], uint[]>? tamper, Func<byte[], byte[]>? tamperSiblings)
    {
        uint[] symbols = code.Symbols(positions);
        tamper?.Invoke(positions, code.Codewords, symbols);
        channel.SendOpening(symbols);
        byte[] siblings = code.Siblings(positions);
        channel.SendOpening(tamperSiblings?.Invoke(siblings) ?? siblings);
    }

    private static Ext4[] Fold(uint[][] rows, Ext4[] coefficients)
    {
        Ext4[] u = new Ext4[rows[0].Length];
        for (int row = 0; row < rows.Length; row++)
        {
            for (int i = 0; i < u.Length; i++)
            {
                u[i] += coefficients[row] * rows[row][i];
            }
        }

        return u;
    }

    private static Ext4[] Repeat(Ext4[] table, int bits)
    {
        Ext4[] repeated = new Ext4[1 << bits];
        for (int i = 0; i < repeated.Length; i++)
        {
            repeated[i] = table[i % table.Length];
        }

        return repeated;
    }

    private Ext4 ExpectedWeights(Ext4[] eta, PoolPoints points, Ext4[] index)
    {
        Ext4 sum = Ext4.Zero;
        for (int l = 0; l < _shape.Circuit.Instances.Length; l++)
        {
            if (_shape.Circuit.Instances[l] is Contraction contraction)
            {
                WeightMatrix matrix = _shape.Circuit.Matrices[contraction.Matrix];
                Ext4 product = PointTables.At(eta, contraction.Matrix) * _productValues[(2 * l) + 1];
                for (int t = Bits.Ceiling(matrix.Rows); t < _shape.B; t++)
                {
                    product *= Ext4.One - points.Of(Pool.J)[t];
                }

                for (int t = matrix.IndexBits; t < _shape.A; t++)
                {
                    product *= Ext4.One - index[t];
                }

                sum += product;
            }
        }

        return sum;
    }

    private void AddTo(Ext4[] e, Term term, Ext4 power)
    {
        ImmutableArray<int> dims = _shape.Circuit.Columns[term.Column].Dims;
        int number = 0;
        foreach (int[] place in Boxes.Indices(dims))
        {
            e[_shape.Witness.Boxes[term.Column].Cell(place)] += power * Weight(term, dims, place, number++);
        }
    }

    private Ext4 Value(IReadOnlyList<Term> terms, uint[][] columns)
    {
        Ext4 sum = Ext4.Zero;
        foreach (Term term in terms)
        {
            ImmutableArray<int> dims = _shape.Circuit.Columns[term.Column].Dims;
            int number = 0;
            foreach (int[] place in Boxes.Indices(dims))
            {
                sum += Weight(term, dims, place, number) * columns[term.Column][number];
                number++;
            }
        }

        return sum;
    }

    private static Ext4 Weight(Term term, ImmutableArray<int> dims, int[] place, int number)
    {
        if (term.IsFlat)
        {
            return term.Coefficient * term.Factors[0][number / dims[^1]] * term.Factors[1][place[^1]];
        }

        Ext4 weight = term.Coefficient;
        for (int d = 0; d < place.Length; d++)
        {
            weight *= term.Factors[d][place[d]];
        }

        return weight;
    }
}
