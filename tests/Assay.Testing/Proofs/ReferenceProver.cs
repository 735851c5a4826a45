using System.Buffers.Binary;
using System.Collections.Immutable;
using Assay.Proofs;
using Assay.Proofs.Circuits;
using Assay.Proofs.Claims;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;
using Assay.Proofs.Transcripts;

namespace Assay.Testing.Proofs;

/// <summary>The prover of spec/proof-system.md, section 7, line by line and slowly. It proves whatever columns it is given, also
/// false ones, and lies where its hooks say.</summary>
public sealed partial class ReferenceProver
{
    private readonly ProofShape _shape;
    private readonly byte[] _keyDigest;
    private readonly ReferenceCode? _weights;
    private readonly uint[][] _tiles;
    private readonly IReadOnlyList<uint[]> _matrices;

    /// <summary>Registers weights.</summary>
    /// <param name="matrices">M[j][k] at <c>j * 2^kb + k</c>, by matrix.</param>
    /// <param name="keyDigest">Digest of a key, made of the root.</param>
    /// <param name="tamper">May change the weights' codewords.</param>
    public ReferenceProver(
        ProofShape shape, IReadOnlyList<int[]> matrices, Func<byte[], byte[]> keyDigest, Action<uint[][]>? tamper = null)
    {
        _shape = shape;
        _matrices = [.. matrices.Select(matrix => Array.ConvertAll(matrix, x => KoalaBear.From(x)))];
        _tiles = [.. shape.Tiles.Select(Tile)];
        _weights = shape.HasWeights ? new ReferenceCode(_tiles, tamper) : null;
        Root = _weights?.Root ?? new byte[32];
        _keyDigest = keyDigest(Root);
    }

    /// <summary>The weights' root.</summary>
    public byte[] Root { get; }

    private IEnumerable<int> Public => _shape.Circuit.Inputs.Concat(_shape.Circuit.Outputs);

    /// <summary>Proves columns.</summary>
    /// <param name="statement">What is absorbed.</param>
    /// <param name="values">All columns but the multiplicities, as integers in row-major order. Not changed.</param>
    /// <param name="hooks">Where to lie.</param>
    public byte[] Prove(ProofStatement statement, IReadOnlyList<long[]> values, ProverHooks? hooks = null)
    {
        hooks ??= new();
        Circuit circuit = _shape.Circuit;
        ProverChannel channel = new();
        Transcript transcript = channel.Transcript;
        transcript.Absorb("key", _keyDigest);
        byte[] batch = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(batch, circuit.Batch);
        transcript.Absorb("batch", batch);
        transcript.Absorb("io", circuit.Batch == 1 ? Bytes(statement) : statement.Digest.Span);

        // 1. The witness.
        long[][] columns = [.. values.Select(column => (long[])column.Clone()), .. circuit.Tables.Select(table => new long[table.Rows])];
        hooks.Columns?.Invoke(columns);
        ReferenceLookups.Count(circuit, columns);
        hooks.Multiplicities?.Invoke(columns);
        uint[] w = Cells(columns);
        hooks.Cells?.Invoke(w);
        uint[][] rows = [.. Enumerable.Range(0, _shape.Rows).Select(r => w[(r << _shape.RowBits)..((r + 1) << _shape.RowBits)])];
        ReferenceCode witness = new(rows, hooks.Codewords);
        uint[][] committed = [.. circuit.Columns.Select(column => Read(w, column))];
        byte[] root = [.. witness.Root];
        hooks.Root?.Invoke(root);
        channel.Send("witness", root);
        Grind(channel, "lookup.nonce", _shape.LookupGrinding, hooks.LookupNonce);
        Ext4[] lookup = transcript.Draw("lookup", 2);

        // 2. Lookups.
        (Ext4[] p, Ext4[] q) = ReferenceLookups.Leaves(_shape, committed, lookup[0], lookup[1]);
        (Ext4[] z, Ext4 claimP, Ext4 claimQ) = ReferenceGkr.Prove(channel, p, q, hooks);
        (Claim multiplicities, Claim items) = LookupClaims.Of(_shape, z, lookup[0], lookup[1], claimP, claimQ);
        List<Claim> claims = [multiplicities, items];

        // 3. to 5. Points, statement, identities.
        PoolPoints points = PoolPoints.Draw(transcript, _shape);
        Ext4 theta = transcript.Draw("theta");
        Ext4 gamma = circuit.Instances.IsEmpty ? Ext4.Zero : transcript.Draw("gamma");
        Ext4[] v = Values(points, theta, [.. Public.Select(column => committed[column])]);
        if (circuit.Batch > 1)
        {
            hooks.Values?.Invoke(points, theta, v);
            channel.Send("values", v);
        }
        else
        {
            // What the verifier computes from the statement, which a liar's columns needn't be.
            v = Values(points, theta, Statement(statement));
        }

        Ext4[] tau = transcript.Draw("tau", Bits.Ceiling(circuit.Batch));
        claims.Add(RelationClaims.Runs(circuit, points, theta, tau, v));
        claims.AddRange(circuit.Identities.Select(identity => RelationClaims.Of(circuit, identity, points)));

        // 6. Inner products.
        Ext4[] index = circuit.Instances.IsEmpty ? [] : Products(channel, committed, points, gamma, claims, hooks);

        // 7. to 10. Reduction, folds, openings.
        Open(channel, w, rows, witness, claims, points, index, hooks);
        byte[] proof = channel.Proof.ToArray();
        return hooks.Proof?.Invoke(proof) ?? proof;
    }

    private static byte[] Bytes(ProofStatement statement)
    {
        byte[] bytes = new byte[2 * (statement.Inputs.Length + statement.Outputs.Length)];
        int at = 0;
        foreach (short element in (short[])[.. statement.Inputs.Span, .. statement.Outputs.Span])
        {
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(at), element);
            at += 2;
        }

        return bytes;
    }

    private static void Grind(ProverChannel channel, string label, int bits, Func<ulong, ulong>? tamper)
    {
        ulong nonce = 0;
        while (!channel.Transcript.IsGround(label, nonce, bits))
        {
            nonce++;
        }

        channel.SendNonce(label, tamper?.Invoke(nonce) ?? nonce);
    }

    private uint[] Tile(WeightTile tile)
    {
        WeightMatrix matrix = _shape.Circuit.Matrices[tile.Matrix];
        uint[] cells = new uint[1 << (_shape.A + _shape.B)];
        for (int i = 0; i < cells.Length; i++)
        {
            int j = (tile.JHigh << _shape.B) + (i >> _shape.A);
            int k = (tile.KHigh << _shape.A) + (i & ((1 << _shape.A) - 1));
            cells[i] = j < matrix.Rows && k < 1 << matrix.IndexBits ? _matrices[tile.Matrix][(j << matrix.IndexBits) + k] : 0;
        }

        return cells;
    }

    private uint[] Cells(long[][] columns)
    {
        uint[] w = new uint[_shape.Rows << _shape.RowBits];
        for (int c = 0; c < columns.Length; c++)
        {
            int number = 0;
            foreach (int[] place in Boxes.Indices(_shape.Circuit.Columns[c].Dims))
            {
                w[_shape.Witness.Boxes[c].Cell(place)] = KoalaBear.From(columns[c][number++]);
            }
        }

        return w;
    }

    private uint[] Read(uint[] w, Column column) =>
        [.. Boxes.Indices(column.Dims).Select(place => w[_shape.Witness.Boxes[column.Index].Cell(place)])];

    /// <summary>The elements of inputs and outputs, as one run's statement has them.</summary>
    private uint[][] Statement(ProofStatement statement)
    {
        uint[] elements = [.. statement.Inputs.ToArray().Concat(statement.Outputs.ToArray()).Select(x => KoalaBear.From(x))];
        List<uint[]> columns = [];
        int at = 0;
        foreach (int count in Public.Select(column => Boxes.Count(_shape.Circuit.Columns[column].Dims)))
        {
            columns.Add(elements[at..(at + count)]);
            at += count;
        }

        return [.. columns];
    }

    /// <summary>v_i of each run.</summary>
    /// <param name="columns">Of inputs, then outputs.</param>
    private Ext4[] Values(PoolPoints points, Ext4 theta, uint[][] columns)
    {
        Circuit circuit = _shape.Circuit;
        Ext4[] v = new Ext4[circuit.Batch];
        Ext4 power = Ext4.One;
        foreach ((int column, uint[] elements) in Public.Zip(columns))
        {
            ImmutableArray<int> dims = circuit.Columns[column].Dims;
            int number = 0;
            foreach (int[] place in Boxes.Indices(dims))
            {
                Ext4 weight = power;
                for (int d = 0; d < dims.Length - 1; d++)
                {
                    weight *= points.Weights(Pool.P0 + d, dims[d])[place[d]];
                }

                v[place[^1]] += weight * elements[number++];
            }

            power *= theta;
        }

        return v;
    }
}
