using Assay.Proofs.Circuits;
using Assay.Proofs.Fields;

namespace Assay.Testing.Proofs;

/// <summary>Whether columns keep a circuit's relation, at every position and over the field, with no proof system in between.</summary>
public static class RelationChecker
{
    /// <summary>Null if they do, else where they don't.</summary>
    /// <param name="matrices">M[j][k] at <c>j * 2^kb + k</c>, by matrix.</param>
    /// <param name="columns">All columns but the multiplicities, row-major.</param>
    public static string? Check(Circuit circuit, IReadOnlyList<int[]> matrices, long[][] columns)
    {
        RelationEvaluator evaluator = new(circuit, matrices, columns);
        for (int i = 0; i < circuit.Items.Length; i++)
        {
            if (CheckItem(circuit, circuit.Items[i], evaluator) is { } wrong)
            {
                return $"item {i} at {wrong}";
            }
        }

        for (int i = 0; i < circuit.Identities.Length; i++)
        {
            if (CheckRelation(Relation.Identity(i), evaluator) is { } wrong)
            {
                return $"identity {i} at {wrong}";
            }
        }

        for (int i = 0; i < circuit.Instances.Length; i++)
        {
            if (CheckRelation(Relation.Instance(i), evaluator) is { } wrong)
            {
                return $"instance {i} at {wrong}";
            }
        }

        return null;
    }

    private static string? CheckItem(Circuit circuit, LookupItem item, RelationEvaluator evaluator)
    {
        Span<long> tuple = stackalloc long[3];
        foreach (int[] position in Boxes.Indices(item.Dims))
        {
            tuple.Clear();
            for (int i = 0; i < item.Expressions.Length; i++)
            {
                tuple[i] = Signed(evaluator.Of(item.Expressions[i], position));
            }

            int table = item.Tables[item.TableAxis < 0 ? 0 : position[item.TableAxis]];
            if (circuit.Tables[table].Find(tuple[0], tuple[1], tuple[2]) < 0)
            {
                return $"({string.Join(",", position)}): ({tuple[0]}, {tuple[1]}, {tuple[2]}) isn't in {circuit.Tables[table]}";
            }
        }

        return null;
    }

    private static string? CheckRelation(Relation relation, RelationEvaluator evaluator)
    {
        foreach (int[] position in Boxes.Indices(evaluator.BoxOf(relation)))
        {
            if (evaluator.Of(relation, position) % KoalaBear.P != 0)
            {
                return $"({string.Join(",", position)})";
            }
        }

        return null;
    }

    /// <summary>The smallest number congruent to one: tables hold only such.</summary>
    private static long Signed(long value)
    {
        long rest = value % KoalaBear.P;
        return rest > KoalaBear.P / 2 ? rest - KoalaBear.P : rest < -(KoalaBear.P / 2) ? rest + KoalaBear.P : rest;
    }
}
