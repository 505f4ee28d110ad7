using System.Collections.Frozen;

namespace FlowLake.QueryApi.Sql;

/// <summary>The functions a statement may call. What is not here is refused.</summary>
/// <remarks>
/// Left out on purpose: whatever reads files, settings, variables, the catalog or the engine's state; whatever runs text as SQL; whatever sleeps; and what makes
/// one huge value from a small argument (repeat, lpad, format, range as a list, list_transform, levenshtein, ...), because a single vector of such values
/// heeds neither the memory limit nor an interruption.
/// </remarks>
internal static class SqlFunctions
{
    private static readonly FrozenSet<string> Scalars = Names("""
        + - * / // % & | ^ ~ << >> ** || ! @ ~~ !~~ ~~* !~~* ~~~ like_escape not_like_escape ilike_escape not_ilike_escape
        add subtract multiply divide mod fmod fdiv abs ceil ceiling floor round round_even trunc sign sqrt cbrt exp ln log log2 log10 pow power pi even
        greatest least isnan isinf isfinite random nullif coalesce
        acos asin atan atan2 cos cot sin tan degrees radians
        lower upper lcase ucase length len char_length character_length strlen octet_length bit_length
        substr substring left right trim ltrim rtrim reverse strip_accents
        concat concat_ws contains starts_with ends_with prefix suffix instr position strpos replace translate split_part ascii unicode ord chr
        regexp_matches regexp_full_match regexp_extract regexp_replace regexp_escape string_split split str_split string_to_array
        md5 sha256 hash hex
        date_part datepart date_trunc datetrunc date_diff datediff date_sub datesub date_add age ago last_day
        century day dayname dayofmonth dayofweek dayofyear decade epoch epoch_ms epoch_us epoch_ns era hour isodow isoyear microsecond millennium millisecond minute
        month monthname quarter second timezone week weekday weekofyear year yearweek
        make_date make_time make_timestamp make_timestamptz make_timestamp_ms to_timestamp strftime strptime try_strptime time_bucket days_in_month
        to_days to_hours to_minutes to_seconds to_weeks to_months to_years to_milliseconds to_microseconds
        now today current_date current_timestamp get_current_timestamp current_localtimestamp current_localtime get_current_time transaction_timestamp
        typeof if ifnull constant_or_null
        list_value list_pack array_value struct_pack row struct_extract struct_extract_at list_extract list_element array_extract element_at list_contains array_contains list_has array_has
        array_length list_sort array_sort list_distinct array_distinct array_to_string
        list_sum list_avg list_min list_max list_count
        format_bytes formatReadableSize formatReadableDecimalSize bit_count grouping
        unnest
        """);

    private static readonly FrozenSet<string> Aggregates = Names("""
        any_value approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null arg_min arg_min_null argmax argmin max_by min_by
        avg mean favg fsum kahan_sum sum sum_no_overflow product count count_star count_if countif bit_and bit_or bit_xor bool_and bool_or
        corr covar_pop covar_samp entropy kurtosis kurtosis_pop skewness mad max min median mode quantile quantile_cont quantile_disc reservoir_quantile
        regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy sem stddev stddev_pop stddev_samp var_pop var_samp variance
        geomean geometric_mean wavg weighted_avg first last histogram list array_agg string_agg group_concat listagg
        row_number rank dense_rank rank_dense percent_rank cume_dist ntile lag lead first_value last_value nth_value fill
        """);

    private static readonly FrozenSet<string> Tables = Names("unnest range generate_series");

    // 100,000 lists of 100,000 numbers took 3.7 GB and 21 s, past the memory limit and past the interruption.
    private static readonly FrozenSet<string> Collecting = Names("list array_agg string_agg group_concat listagg histogram");

    private static readonly FrozenSet<string> State = Names("current_catalog current_schema current_role current_user session_user user");

    /// <summary>Whether its value grows with the rows it is given.</summary>
    public static bool CollectsItsRows(string name) => Collecting.Contains(name);

    /// <summary>Whether a bare name is, where no column has it, a call that tells of the engine.</summary>
    public static bool IsStateOfTheEngine(string name) => State.Contains(name);

    /// <summary>Whether an expression may call it, in any case.</summary>
    public static bool AllowsInExpression(string name) => Scalars.Contains(name) || Aggregates.Contains(name);

    /// <summary>Whether it may stand after FROM, in any case.</summary>
    public static bool AllowsAsTable(string name) => Tables.Contains(name);

    private static FrozenSet<string> Names(string text) =>
        text.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
